define dso_local ptr @find_nocase(ptr noundef readonly %v0, i64 noundef %v1, ptr nocapture noundef readonly %v2) local_unnamed_addr nofree norecurse nosync nounwind memory(argmem: read) uwtable "min-legal-vector-width"="0" "no-trapping-math"="true" "stack-protector-buffer-size"="8" "target-cpu"="x86-64" "target-features"="+cmov,+cx8,+fxsr,+mmx,+sse,+sse2,+x87" "tune-cpu"="generic" {
v3:
  %v4 = load i8, ptr %v2, align 1
  %v5 = icmp eq i8 %v4, 0
  br i1 %v5, label %v32, label %v6

v6:                                                ; preds = %v3, %v39
  %v7 = phi i64 [ %v40, %v39 ], [ 0, %v3 ]
  br label %v8

v8:                                                ; preds = %v6, %v27
  %v9 = phi i8 [ %v4, %v6 ], [ %v30, %v27 ]
  %v10 = phi i64 [ 0, %v6 ], [ %v28, %v27 ]
  %v11 = add nuw i64 %v10, %v7
  %v14 = getelementptr inbounds i8, ptr %v0, i64 %v11
  %v15 = load i8, ptr %v14, align 1
  %v16 = icmp eq i8 %v15, 0
  br i1 %v16, label %v41, label %v13

v13:                                               ; preds = %v8
  %v12 = icmp ult i64 %v11, %v1
  br i1 %v12, label %v17, label %v41

v17:                                               ; preds = %v13
  %v18 = add i8 %v15, -65
  %v19 = icmp ult i8 %v18, 26
  %v20 = add nuw nsw i8 %v15, 32
  %v21 = select i1 %v19, i8 %v20, i8 %v15
  %v22 = add i8 %v9, -65
  %v23 = icmp ult i8 %v22, 26
  %v24 = add nuw nsw i8 %v9, 32
  %v25 = select i1 %v23, i8 %v24, i8 %v9
  %v26 = icmp eq i8 %v21, %v25
  br i1 %v26, label %v27, label %v35

v27:                                               ; preds = %v17
  %v28 = add i64 %v10, 1
  %v29 = getelementptr inbounds i8, ptr %v2, i64 %v28
  %v30 = load i8, ptr %v29, align 1
  %v31 = icmp eq i8 %v30, 0
  br i1 %v31, label %v32, label %v8

v32:                                               ; preds = %v27, %v3
  %v33 = phi i64 [ 0, %v3 ], [ %v7, %v27 ]
  %v34 = getelementptr inbounds i8, ptr %v0, i64 %v33
  br label %v41

v35:                                               ; preds = %v13, %v17
  %v36 = getelementptr inbounds i8, ptr %v0, i64 %v11
  %v37 = load i8, ptr %v36, align 1
  %v38 = icmp eq i8 %v37, 0
  br i1 %v38, label %v41, label %v39

v39:                                               ; preds = %v35
  %v40 = add i64 %v7, 1
  br label %v6

v41:                                               ; preds = %v35, %v8, %v32
  %v42 = phi ptr [ %v34, %v32 ], [ null, %v8 ], [ null, %v13 ], [ null, %v35 ]
  ret ptr %v42
}
; verdict: refuted: asks for the end of the text before it asks for the limit: reads the byte behind the limit
