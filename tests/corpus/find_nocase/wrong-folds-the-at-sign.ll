define dso_local ptr @find_nocase(ptr noundef readonly %0, i64 noundef %1, ptr nocapture noundef readonly %2) local_unnamed_addr nofree norecurse nosync nounwind memory(argmem: read) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %4 = load i8, ptr %2, align 1
  %5 = icmp eq i8 %4, 0
  br i1 %5, label %32, label %6

6:                                                ; preds = %3, %39
  %7 = phi i64 [ %40, %39 ], [ 0, %3 ]
  br label %8

8:                                                ; preds = %6, %27
  %9 = phi i8 [ %4, %6 ], [ %30, %27 ]
  %10 = phi i64 [ 0, %6 ], [ %28, %27 ]
  %11 = add nuw i64 %10, %7
  %12 = icmp ult i64 %11, %1
  br i1 %12, label %13, label %41

13:                                               ; preds = %8
  %14 = getelementptr inbounds i8, ptr %0, i64 %11
  %15 = load i8, ptr %14, align 1
  %16 = icmp eq i8 %15, 0
  br i1 %16, label %35, label %17

17:                                               ; preds = %13
  %18 = add i8 %15, -64
  %19 = icmp ult i8 %18, 27
  %20 = add nuw nsw i8 %15, 32
  %21 = select i1 %19, i8 %20, i8 %15
  %22 = add i8 %9, -65
  %23 = icmp ult i8 %22, 26
  %24 = add nuw nsw i8 %9, 32
  %25 = select i1 %23, i8 %24, i8 %9
  %26 = icmp eq i8 %21, %25
  br i1 %26, label %27, label %35

27:                                               ; preds = %17
  %28 = add i64 %10, 1
  %29 = getelementptr inbounds i8, ptr %2, i64 %28
  %30 = load i8, ptr %29, align 1
  %31 = icmp eq i8 %30, 0
  br i1 %31, label %32, label %8

32:                                               ; preds = %27, %3
  %33 = phi i64 [ 0, %3 ], [ %7, %27 ]
  %34 = getelementptr inbounds i8, ptr %0, i64 %33
  br label %41

35:                                               ; preds = %13, %17
  %36 = getelementptr inbounds i8, ptr %0, i64 %11
  %37 = load i8, ptr %36, align 1
  %38 = icmp eq i8 %37, 0
  br i1 %38, label %41, label %39

39:                                               ; preds = %35
  %40 = add i64 %7, 1
  br label %6

41:                                               ; preds = %35, %8, %32
  %42 = phi ptr [ %34, %32 ], [ null, %8 ], [ null, %35 ]
  ret ptr %42
}
; verdict: refuted: takes @ and ` for the same in the text
