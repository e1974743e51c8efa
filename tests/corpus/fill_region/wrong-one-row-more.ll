define dso_local i32 @fill_region(ptr nocapture noundef %0, i32 noundef %1, i32 noundef %2, i8 noundef zeroext %3) local_unnamed_addr nofree nosync nounwind memory(argmem: readwrite) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
  %5 = or i32 %2, %1
  %6 = icmp sgt i32 %5, -1
  br i1 %6, label %7, label %109

7:                                                ; preds = %4
  %8 = load i32, ptr %0, align 4
  %9 = icmp sgt i32 %8, %1
  br i1 %9, label %10, label %109

10:                                               ; preds = %7
  %11 = getelementptr inbounds i8, ptr %0, i64 4
  %12 = load i32, ptr %11, align 4
  %13 = icmp sgt i32 %12, %2
  br i1 %13, label %14, label %109

14:                                               ; preds = %10
  %15 = getelementptr inbounds i8, ptr %0, i64 8
  %16 = mul nsw i32 %8, %2
  %17 = zext nneg i32 %16 to i64
  %18 = getelementptr inbounds [16384 x i8], ptr %15, i64 0, i64 %17
  %19 = zext nneg i32 %1 to i64
  %20 = getelementptr inbounds i8, ptr %18, i64 %19
  %21 = load i8, ptr %20, align 1
  %22 = icmp eq i8 %21, %3
  br i1 %22, label %109, label %23

23:                                               ; preds = %14
  %24 = getelementptr i8, ptr %18, i64 -1
  %25 = icmp sgt i32 %1, 0
  br i1 %25, label %26, label %35

26:                                               ; preds = %23, %32
  %27 = phi i32 [ %33, %32 ], [ %1, %23 ]
  %28 = zext nneg i32 %27 to i64
  %29 = getelementptr i8, ptr %24, i64 %28
  %30 = load i8, ptr %29, align 1
  %31 = icmp eq i8 %30, %21
  br i1 %31, label %32, label %35

32:                                               ; preds = %26
  %33 = add nsw i32 %27, -1
  %34 = icmp sgt i32 %27, 1
  br i1 %34, label %26, label %35

35:                                               ; preds = %26, %32, %23
  %36 = phi i32 [ %1, %23 ], [ 0, %32 ], [ %27, %26 ]
  %37 = add i32 %1, 1
  %38 = tail call i32 @llvm.smax.i32(i32 %8, i32 %37)
  %39 = add i32 %38, -1
  br label %40

40:                                               ; preds = %45, %35
  %41 = phi i64 [ %42, %45 ], [ %19, %35 ]
  %42 = add nuw nsw i64 %41, 1
  %43 = trunc nuw i64 %42 to i32
  %44 = icmp sgt i32 %8, %43
  br i1 %44, label %45, label %51

45:                                               ; preds = %40
  %46 = getelementptr inbounds i8, ptr %18, i64 %42
  %47 = load i8, ptr %46, align 1
  %48 = icmp eq i8 %47, %21
  br i1 %48, label %40, label %49

49:                                               ; preds = %45
  %50 = trunc nuw i64 %41 to i32
  br label %51

51:                                               ; preds = %40, %49
  %52 = phi i32 [ %50, %49 ], [ %39, %40 ]
  %53 = phi i32 [ %43, %49 ], [ %38, %40 ]
  %54 = zext i32 %36 to i64
  %55 = getelementptr inbounds i8, ptr %18, i64 %54
  %56 = sub nsw i32 %53, %36
  %57 = sext i32 %56 to i64
  tail call void @llvm.memset.p0.i64(ptr nonnull align 1 %55, i8 %3, i64 %57, i1 false)
  %58 = icmp sgt i32 %36, %52
  %59 = add nsw i32 %2, -1
  %60 = icmp slt i32 %2, 1
  br i1 %60, label %83, label %61

61:                                               ; preds = %51
  %62 = load i32, ptr %11, align 4
  %63 = icmp slt i32 %62, %2
  br i1 %63, label %86, label %64

64:                                               ; preds = %61
  %65 = load i32, ptr %0, align 4
  %66 = sub nsw i32 0, %65
  %67 = sext i32 %66 to i64
  %68 = getelementptr inbounds i8, ptr %18, i64 %67
  br i1 %58, label %86, label %69

69:                                               ; preds = %64, %79
  %70 = phi i64 [ %81, %79 ], [ %54, %64 ]
  %71 = phi i32 [ %80, %79 ], [ %56, %64 ]
  %72 = getelementptr inbounds i8, ptr %68, i64 %70
  %73 = load i8, ptr %72, align 1
  %74 = icmp eq i8 %73, %21
  %75 = trunc nuw i64 %70 to i32
  br i1 %74, label %76, label %79

76:                                               ; preds = %69
  %77 = tail call i32 @fill_region(ptr noundef nonnull %0, i32 noundef %75, i32 noundef %59, i8 noundef zeroext %3)
  %78 = add i32 %77, %71
  br label %79

79:                                               ; preds = %69, %76
  %80 = phi i32 [ %78, %76 ], [ %71, %69 ]
  %81 = add nuw nsw i64 %70, 1
  %82 = icmp sgt i32 %52, %75
  br i1 %82, label %69, label %83

83:                                               ; preds = %79, %51
  %84 = phi i32 [ %56, %51 ], [ %80, %79 ]
  %85 = icmp slt i32 %2, -1
  br i1 %85, label %109, label %86

86:                                               ; preds = %61, %64, %83
  %87 = phi i32 [ %84, %83 ], [ %56, %64 ], [ %56, %61 ]
  %88 = add nsw i32 %2, 1
  %89 = load i32, ptr %11, align 4
  %90 = icmp sle i32 %88, %89
  br i1 %90, label %91, label %109

91:                                               ; preds = %86
  %92 = load i32, ptr %0, align 4
  %93 = sext i32 %92 to i64
  %94 = getelementptr inbounds i8, ptr %18, i64 %93
  br i1 %58, label %109, label %95

95:                                               ; preds = %91, %105
  %96 = phi i64 [ %107, %105 ], [ %54, %91 ]
  %97 = phi i32 [ %106, %105 ], [ %87, %91 ]
  %98 = getelementptr inbounds i8, ptr %94, i64 %96
  %99 = load i8, ptr %98, align 1
  %100 = icmp eq i8 %99, %21
  %101 = trunc nuw i64 %96 to i32
  br i1 %100, label %102, label %105

102:                                              ; preds = %95
  %103 = tail call i32 @fill_region(ptr noundef nonnull %0, i32 noundef %101, i32 noundef %88, i8 noundef zeroext %3)
  %104 = add i32 %103, %97
  br label %105

105:                                              ; preds = %95, %102
  %106 = phi i32 [ %104, %102 ], [ %97, %95 ]
  %107 = add nuw nsw i64 %96, 1
  %108 = icmp sgt i32 %52, %101
  br i1 %108, label %95, label %109

109:                                              ; preds = %105, %83, %86, %91, %14, %4, %7, %10
  %110 = phi i32 [ 0, %10 ], [ 0, %7 ], [ 0, %4 ], [ 0, %14 ], [ %84, %83 ], [ %87, %86 ], [ %87, %91 ], [ %106, %105 ]
  ret i32 %110
}
; verdict: refuted: looks at a row below the last one: behind the cells when the grid is as high as can be
